const below = ['layer:kernel', 'layer:contract', 'layer:core', 'layer:adapter', 'layer:shell'];
const upTo = (layer) => below.slice(0, below.indexOf(layer) + 1);

/** Who may import whom (design 8), and which npm packages. Names end in `*` where a whole scope is meant. */
export const layerConstraints = [
  { sourceTag: 'layer:kernel', onlyDependOnLibsWithTags: upTo('layer:kernel'), allowedExternalImports: [] },
  { sourceTag: 'layer:contract', onlyDependOnLibsWithTags: ['layer:kernel'], allowedExternalImports: ['zod', 'yaml'] },
  {
    sourceTag: 'layer:core',
    onlyDependOnLibsWithTags: ['layer:kernel', 'layer:contract'],
    allowedExternalImports: [
      'zod',
      'yaml',
      '@marcbachmann/cel-js',
      '@opentelemetry/api',
      'liquidjs',
      'temporal-polyfill',
    ],
  },
  {
    sourceTag: 'layer:adapter',
    onlyDependOnLibsWithTags: ['layer:kernel', 'layer:contract', 'layer:core'],
    bannedExternalImports: ['@nestjs/*'],
  },
  {
    sourceTag: 'layer:shell',
    onlyDependOnLibsWithTags: ['layer:kernel', 'layer:contract', 'layer:core', 'layer:adapter'],
  },
  { sourceTag: 'layer:app', onlyDependOnLibsWithTags: below },
  { sourceTag: 'layer:test', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'layer:tooling', onlyDependOnLibsWithTags: ['*'] },
];
