import type { Plan } from '../../plan/nodes/node.ts';
import { type DescribeSettings, describeJob } from './identity/describe-job.ts';

/** A plan with what its tables are: two plans of one text are the same. */
export const planText = (plan: Plan, settings: DescribeSettings): string => describeJob(plan, settings).plan().text;
