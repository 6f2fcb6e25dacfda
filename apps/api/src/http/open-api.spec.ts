import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { AdminController } from './facades/admin.controller.ts';
import { InquiryFacadesController } from './facades/inquiry-facades.controller.ts';
import { InquiriesController } from './inquiries.controller.ts';
import { apiDocument } from './open-api.ts';
import { OperationsController } from './operations.controller.ts';
import { PlaybooksController } from './playbooks.controller.ts';
import { PoolsController } from './pools.controller.ts';
import { SlackController } from './slack.controller.ts';
import { SwitchesController } from './switches.controller.ts';

/** Nest's own numbers. */
const VERBS = ['get', 'post', 'put', 'delete'];

const routesOf = (controller: { readonly prototype: object }): readonly string[] => {
  const base = String(Reflect.getMetadata('path', controller));
  return Object.getOwnPropertyNames(controller.prototype)
    .filter((name) => name !== 'constructor')
    .flatMap((name) => {
      const handler: unknown = Object.getOwnPropertyDescriptor(controller.prototype, name)?.value;
      const path: unknown = typeof handler === 'function' ? Reflect.getMetadata('path', handler) : undefined;
      if (typeof handler !== 'function' || path === undefined) return [];
      const whole = [base, String(path)]
        .join('/')
        .split('/')
        .filter(Boolean)
        .map((part) => part.replace(/^:(.+)$/u, '{$1}'))
        .join('/');
      return [`${VERBS[Number(Reflect.getMetadata('method', handler))]} /${whole}`];
    });
};

describe('the OpenAPI document', () => {
  it('has every route that is served, and no other', () => {
    const served = [
      InquiriesController,
      OperationsController,
      PoolsController,
      SwitchesController,
      SlackController,
      PlaybooksController,
      InquiryFacadesController,
      AdminController,
    ]
      .flatMap(routesOf)
      .sort();
    const documented = Object.entries(apiDocument().paths)
      .flatMap(([path, operations]) => Object.keys(operations).map((verb) => `${verb} ${path}`))
      .sort();
    expect(documented).toEqual(served);
  });
});
