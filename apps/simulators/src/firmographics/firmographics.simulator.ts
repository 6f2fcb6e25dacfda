import { z } from 'zod';
import type { Simulator } from '../desk/desk.ts';
import { refuseControl } from '../desk/problem.ts';
import { knownCompanies, type SimulatedCompany } from './companies.ts';

const company = z.strictObject({
  domain: z.string().min(1),
  name: z.string(),
  employees: z.int().min(0).nullable(),
  industry: z.string().nullable(),
  country: z.string().length(2).nullable(),
});

/** A provider of facts about companies: `GET /v1/companies/<domain>` finds one or answers 404. */
export const firmographicsSimulator = (): Simulator => {
  const companies = new Map<string, SimulatedCompany>(knownCompanies.map((one) => [one.domain, one]));
  return {
    name: 'firmographics',
    routes(app) {
      app.get<{ Params: { domain: string } }>(
        '/v1/companies/:domain',
        async (request, reply) =>
          companies.get(request.params.domain.toLowerCase()) ?? reply.code(404).send({ error: 'no such company' }),
      );
    },
    controls(app) {
      app.post('/companies', async (request, reply) => {
        const wanted = z.array(company).safeParse(request.body);
        if (!wanted.success) return refuseControl(reply, wanted.error);
        for (const one of wanted.data) companies.set(one.domain.toLowerCase(), one);
        return { companies: companies.size };
      });
    },
  };
};
