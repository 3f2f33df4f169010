/**
 * The same random cases in every run, so that a run says something about the change and not about luck. `KEDGE_SEED=random`
 * looks for new ones; a number repeats those of a failure.
 */
import fc from 'fast-check';

const seed = process.env.KEDGE_SEED ?? '20261120';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });
