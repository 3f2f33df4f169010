/**
 * CronJobs: a Job for each time the schedule comes round, and only so many finished ones kept.
 * Source: kubernetes pkg/controller/cronjob/cronjob_controllerv2.go.
 *
 * The name of a Job is that of its minute, so the same one is never started twice, whatever the controller has forgotten.
 */
import { deepCopy } from '../../apimachinery/deep-copy.ts';
import { goQuote } from '../../apimachinery/go-quote.ts';
import { getControllerOf, isControlledBy, newControllerRef } from '../../apimachinery/controller-ref.ts';
import { formatTime, parseTime } from '../../apimachinery/time.ts';
import type { CronJob, CronJobStatus, Job } from '../../apimachinery/types/batch.v1.gen.ts';
import { parseSchedule, type Schedule } from '../../apis/batch/cron.ts';
import { isJobComplete, isJobFailed, isJobFinished } from '../../apis/batch/job-conditions.ts';
import { timeZone, UTC } from '../../apis/batch/time-zone.ts';
import type { KubeObject, Stored } from '../../apis/object.ts';
import { equalJSON } from '../../apis/strategy.ts';
import type { ResourceName } from '../../registry/client.ts';
import { ignoring, isAlreadyExists, isNamespaceTerminating, isNotFound } from '../errors.ts';
import { Expectations } from '../expectations.ts';
import {
  type Change,
  type Controller,
  type ControllerContext,
  keyOfObject,
  type Result,
  splitKey,
} from '../framework.ts';
import { messageOf } from '../pod-control.ts';
import { JOBS } from '../job/sync.ts';
import { formatInZone, formatRFC1123, mostRecentScheduleTime, untilNextSchedule } from './schedule.ts';

export const CRON_JOBS: ResourceName = ['batch', 'cronjobs'];
const CRON_JOB = { apiVersion: 'batch/v1', kind: 'CronJob' };
const SCHEDULED_TIMESTAMP = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

type JobObject = Stored<Job & KubeObject>;
type CronJobObject = Stored<CronJob & KubeObject>;

/** One look at a CronJob: `status` is what will be written. */
interface Sync {
  readonly ctx: ControllerContext;
  readonly cronJob: CronJobObject;
  readonly jobs: readonly JobObject[];
  readonly status: CronJobStatus;
  readonly now: number;
}

export function newCronJobController(): Controller {
  const wrote = new Expectations();
  return {
    name: 'cronjob-controller',
    watches: [
      { resource: CRON_JOBS, keys: keysOfCronJob },
      { resource: JOBS, keys: keysOfJob },
    ],
    reconcile: (key, ctx) => reconcile(wrote, key, ctx),
  };
}

/** One whose schedule was changed waits for the new one's time: what it would have missed before is not made up for. */
function* keysOfCronJob(
  { object, old }: Change<CronJob & KubeObject>,
  ctx: ControllerContext,
): Iterable<string> {
  const key = keyOfObject((object ?? old)!);
  const rescheduled =
    object &&
    old &&
    (object.spec.schedule !== old.spec.schedule || object.spec.timeZone !== old.spec.timeZone);
  if (!rescheduled) {
    yield key;
    return;
  }
  const { schedule: text } = object.spec;
  try {
    const now = ctx.clock.now();
    ctx.enqueue(key, untilNextSchedule(object, now, parseSchedule(fullSchedule(object))) ?? 0);
  } catch {
    ctx.recorder.event(
      object,
      'Warning',
      'UnParseableCronJobSchedule',
      `unparseable schedule for cronjob: ${text}`,
    );
  }
}

function* keysOfJob({ object, old }: Change<Job & KubeObject>): Iterable<string> {
  for (const job of [object, old]) {
    const reference = job && getControllerOf(job);
    if (reference?.kind === CRON_JOB.kind) yield `${job!.metadata.namespace}/${reference.name}`;
  }
}

async function reconcile(wrote: Expectations, key: string, ctx: ControllerContext): Promise<Result | void> {
  const { namespace, name } = splitKey(key);
  const cronJob = ctx.lister<CronJob & KubeObject>(CRON_JOBS).get(namespace, name);
  if (!cronJob) {
    wrote.forget(key);
    return;
  }
  // What is not seen yet comes as a change of its own.
  if (!wrote.satisfied(key, ctx.lister(CRON_JOBS))) return;
  const jobs = ctx.lister<Job & KubeObject>(JOBS).controlledBy(cronJob.metadata.uid!);
  const status = deepCopy(cronJob.status ?? {});
  const sync: Sync = { ctx, cronJob, jobs, status, now: ctx.clock.now() };
  let result: Result | undefined;
  let failed: { error: unknown } | undefined;
  try {
    await cleanUp(sync);
    result = await syncCronJob(sync);
  } catch (error) {
    failed = { error };
  }
  if (status.active?.length === 0) delete status.active;
  if (!equalJSON(status, cronJob.status ?? {})) {
    const { resourceVersion } = cronJob.metadata;
    const written = await ignoring(
      ctx.client.updateStatus<CronJob & KubeObject>(
        CRON_JOBS,
        namespace,
        name,
        (newest) => ({
          ...newest,
          metadata: { ...newest.metadata, resourceVersion: resourceVersion! },
          status,
        }),
        cronJob,
      ),
      isNotFound,
    );
    wrote.wrote(key, written);
  }
  if (failed) throw failed.error;
  return result;
}

/** Deletes the finished Jobs that are too many, the oldest first. */
async function cleanUp(sync: Sync): Promise<void> {
  const { cronJob, jobs } = sync;
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
  for (const [finished, limit] of [
    [jobs.filter(isJobComplete), successfulJobsHistoryLimit],
    [jobs.filter((job) => !isJobComplete(job) && isJobFailed(job)), failedJobsHistoryLimit],
  ] as const) {
    if (limit === undefined || finished.length <= limit) continue;
    const oldest = finished.toSorted(byStartTime).slice(0, finished.length - limit);
    for (const job of oldest) await deleteJob(sync, job);
  }
}

function byStartTime(a: Job, b: Job): number {
  const [left, right] = [a.status?.startTime, b.status?.startTime];
  if (left !== right) {
    if (!left) return 1;
    if (!right) return -1;
    return left < right ? -1 : 1;
  }
  return a.metadata!.name! < b.metadata!.name! ? -1 : 1;
}

/** Deletes a Job with its pods. Whether it is gone: what refuses it is told as an event. */
async function deleteJob({ ctx, cronJob, status }: Sync, job: JobObject): Promise<boolean> {
  const { namespace = '', name = '', uid = '' } = job.metadata;
  try {
    await ctx.client.delete(JOBS, namespace, name, { propagationPolicy: 'Background' }, job);
  } catch (error) {
    ctx.recorder.event(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`);
    return false;
  }
  status.active = status.active?.filter((one) => one.uid !== uid) ?? [];
  ctx.recorder.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
  return true;
}

async function syncCronJob(sync: Sync): Promise<Result | undefined> {
  const { ctx, cronJob, now } = sync;
  const { spec, metadata } = cronJob;
  await reviewJobs(sync);
  if (metadata.deletionTimestamp) return undefined;
  if (spec.timeZone !== undefined && !timeZone(spec.timeZone)) {
    const { timeZone: zone } = spec;
    warn(sync, 'UnknownTimeZone', `invalid timeZone: ${goQuote(zone)}: unknown time zone ${zone}`);
    return undefined;
  }
  if (spec.suspend) return undefined;
  let schedule: Schedule;
  try {
    if (spec.schedule.includes('TZ')) {
      const hint =
        'see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';
      const used = `CRON_TZ or TZ used in schedule ${goQuote(spec.schedule)} is not officially supported`;
      warn(sync, 'UnsupportedSchedule', `${used}, ${hint}`);
    }
    schedule = parseSchedule(fullSchedule(cronJob));
  } catch (error) {
    const text = goQuote(spec.schedule);
    warn(sync, 'UnparseableSchedule', `unparseable schedule: ${text} : ${messageOf(error)}`);
    return undefined;
  }
  let time: number | undefined;
  try {
    const recent = mostRecentScheduleTime(cronJob, now, schedule, true);
    time = recent.time;
    if (time !== undefined && recent.missed === 'many') {
      const advice = 'Set or decrease .spec.startingDeadlineSeconds or check clock skew';
      warn(sync, 'TooManyMissedTimes', `too many missed start times. ${advice}`);
    }
  } catch (error) {
    warn(sync, 'InvalidSchedule', `invalid schedule: ${spec.schedule} : ${messageOf(error)}`);
    return undefined;
  }
  if (time !== undefined) await start(sync, time);
  const wait = untilNextSchedule({ ...cronJob, status: sync.status }, ctx.clock.now(), schedule);
  return wait === undefined ? undefined : { requeueAfter: wait };
}

/** Brings the status into line with the Jobs that there are. */
async function reviewJobs({ ctx, cronJob, jobs, status }: Sync): Promise<void> {
  const uids = new Set(jobs.map(({ metadata }) => metadata.uid));
  const isActive = (uid: string | undefined): boolean =>
    status.active?.some((one) => one.uid === uid) ?? false;
  const drop = (uid: string | undefined): void => {
    status.active = status.active!.filter((one) => one.uid !== uid);
  };
  for (const job of jobs) {
    const { name, uid } = job.metadata;
    if (!isJobFinished(job)) {
      if (isActive(uid)) continue;
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      ctx.recorder.event(cronJob, 'Warning', 'UnexpectedJob', message);
      continue;
    }
    if (isActive(uid)) {
      drop(uid);
      const condition = isJobComplete(job) ? 'Complete' : 'Failed';
      const message = `Saw completed job: ${name}, condition: ${condition}`;
      ctx.recorder.event(cronJob, 'Normal', 'SawCompletedJob', message);
    }
    const completed = job.status?.completionTime;
    if (!isJobComplete(job) || !completed) continue;
    const { lastSuccessfulTime } = status;
    if (!lastSuccessfulTime || parseTime(completed) > parseTime(lastSuccessfulTime))
      status.lastSuccessfulTime = completed;
  }
  for (const { uid, name = '', namespace = '' } of status.active ?? []) {
    // The copies of Jobs may be older than the status: only what is not stored has gone.
    if (uids.has(uid!) || (await ctx.client.get(JOBS, namespace, name))) continue;
    ctx.recorder.event(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
    drop(uid);
  }
}

/** Starts the Job of a time, unless it is too late for it, it was started, or another that still runs forbids it. */
async function start(sync: Sync, time: number): Promise<void> {
  const { ctx, cronJob, status, now } = sync;
  const { spec } = cronJob;
  if (
    spec.startingDeadlineSeconds !== undefined &&
    time + Number(spec.startingDeadlineSeconds) * 1000 < now
  ) {
    warn(sync, 'MissSchedule', `Missed scheduled time to start a job: ${formatRFC1123(time)}`);
    return;
  }
  const job = jobOf(cronJob, time);
  if (status.active?.some(({ name }) => name === job.metadata.name)) return;
  if (status.lastScheduleTime && parseTime(status.lastScheduleTime) === time) return;
  if (spec.concurrencyPolicy === 'Forbid' && status.active?.length) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    ctx.recorder.event(cronJob, 'Normal', 'JobAlreadyActive', message);
    return;
  }
  if (spec.concurrencyPolicy === 'Replace') await replaceActive(sync);
  const created = await createJob(sync, job);
  if (!created) return;
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = created.metadata;
  const reference = { kind: 'Job', namespace, name, uid, apiVersion: 'batch/v1', resourceVersion };
  status.active = [...(status.active ?? []), reference];
  status.lastScheduleTime = formatTime(time);
}

async function replaceActive(sync: Sync): Promise<void> {
  const { ctx, cronJob, status } = sync;
  for (const { namespace = '', name = '' } of status.active ?? []) {
    const job = await ctx.client.get<Job & KubeObject>(JOBS, namespace, name);
    if (!job) {
      const message = `jobs.batch ${goQuote(name)} not found`;
      warn(sync, 'FailedGet', `Get job: ${message}`);
      throw new Error(`${keyOfObject(cronJob)}: ${message}`);
    }
    if (!(await deleteJob(sync, job))) throw new Error(`could not replace job ${namespace}/${name}`);
  }
}

/** The Job; undefined when one of its name exists that is listed already or is not of this CronJob. */
async function createJob(sync: Sync, job: JobObject): Promise<JobObject | undefined> {
  const { ctx, cronJob, status } = sync;
  const namespace = cronJob.metadata.namespace!;
  try {
    const created = await ctx.client.create<Job & KubeObject>(JOBS, namespace, job);
    ctx.recorder.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${created.metadata.name}`);
    return created;
  } catch (error) {
    if (isAlreadyExists(error)) {
      const found = await ctx.client.get<Job & KubeObject>(JOBS, namespace, job.metadata.name!);
      if (!found) throw error;
      const listed = status.active?.some(({ uid }) => uid === found.metadata.uid) ?? false;
      return isControlledBy(found, cronJob) && !listed ? found : undefined;
    }
    if (!isNamespaceTerminating(error)) warn(sync, 'FailedCreate', `Error creating job: ${messageOf(error)}`);
    throw error;
  }
}

/** The Job of a time. It is named after the minute. */
function jobOf(cronJob: CronJobObject, time: number): JobObject {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  const zone = timeZone(cronJob.spec.timeZone ?? '') ?? UTC;
  return {
    metadata: {
      name: `${cronJob.metadata.name}-${Math.floor(time / 60_000)}`,
      ...(metadata.labels ? { labels: { ...metadata.labels } } : {}),
      annotations: { ...metadata.annotations, [SCHEDULED_TIMESTAMP]: formatInZone(time, zone) },
      ownerReferences: [newControllerRef(cronJob, CRON_JOB)],
    },
    ...(spec ? { spec: deepCopy(spec) } : {}),
  };
}

/** The schedule in its zone. */
function fullSchedule({ spec: { schedule, timeZone: zone } }: CronJob): string {
  return !schedule.includes('TZ') && zone && timeZone(zone) ? `TZ=${zone} ${schedule}` : schedule;
}

const warn = ({ ctx, cronJob }: Sync, reason: string, message: string): void =>
  ctx.recorder.event(cronJob, 'Warning', reason, message);
