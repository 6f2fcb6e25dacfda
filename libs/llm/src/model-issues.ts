import type { ModelIssue } from './ports/chat-server.port.ts';
import type { ReportedIssue } from './ports/language-model.port.ts';

/**
 * What each is about, and whether questions are kept back meanwhile. A key that is refused is refused to everybody; a model that is not
 * there is missed by those who ask for it. A 403 keeps nobody back: a firewall before the server says it of a single text too.
 */
const ISSUES: Readonly<Record<ModelIssue, { readonly of: 'server' | 'model'; readonly keepsBack: boolean }>> = {
  credentials: { of: 'server', keepsBack: true },
  'no-credit': { of: 'server', keepsBack: true },
  forbidden: { of: 'model', keepsBack: false },
  'no-such-model': { of: 'model', keepsBack: true },
};

const isIssue = (because: string): because is ModelIssue => because in ISSUES;

interface Standing extends ReportedIssue {
  /** On the monotonic clock, milliseconds: when one question is let through to see whether it still stands. */
  askAgainAt: number;
}

interface ModelIssuesOptions {
  readonly askAgainMs: number;
  readonly onIssues?: ((issues: readonly ReportedIssue[]) => void) | undefined;
}

const SERVER = '';

/** Keeps in mind what only people can mend, until the server answers again: it is reported, and not asked for over and over. */
export const modelIssues = ({ askAgainMs, onIssues }: ModelIssuesOptions) => {
  const standing = new Map<string, Standing>();
  const reported = (): readonly ReportedIssue[] =>
    [...standing.values()].map(({ because, model }) => ({ because, model }));

  return {
    reported,

    /** Why a question to this model would be in vain; null where it may be asked. */
    keepsFrom(model: string): ModelIssue | null {
      const issue = [standing.get(SERVER), standing.get(model)].find((one) => one && ISSUES[one.because].keepsBack);
      if (!issue) return null;
      if (performance.now() < issue.askAgainAt) return issue.because;
      issue.askAgainAt = performance.now() + askAgainMs;
      return null;
    },

    /** What came of a request. An answer shows that nothing stands in the way of this model any more. */
    note(model: string, result: { readonly kind: string; readonly because?: string }): void {
      if (result.kind === 'answered') {
        if ([standing.delete(SERVER), standing.delete(model)].includes(true)) onIssues?.(reported());
        return;
      }
      const { because = '' } = result;
      if (!isIssue(because)) return;
      const key = ISSUES[because].of === 'server' ? SERVER : model;
      const isNew = standing.get(key)?.because !== because;
      const of = key === SERVER ? null : model;
      standing.set(key, { because, model: of, askAgainAt: performance.now() + askAgainMs });
      if (isNew) onIssues?.(reported());
    },
  };
};
