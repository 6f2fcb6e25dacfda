/**
 * How Node runs a service, here and in its container, as measured (docs/performance.md). A young generation of a fixed 3 × 8 MB, and a
 * first full collection at 200 MB: left alone, V8 lets the heap of a busy service grow to twice of that before it looks. What one
 * large mail takes still fits under the limit.
 */
export const RUNTIME_FLAGS = [
  '--enable-source-maps',
  '--min-semi-space-size=8',
  '--max-semi-space-size=8',
  '--initial-old-space-size=200',
  '--max-old-space-size=1024',
] as const;

/** glibc keeps what threads gave back in pools of their own, eight for each core. */
export const RUNTIME_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' } as const;
