namespace Braid.Multiprocessing;

/// <content>What the supervisor delivers from one worker of the pool.</content>
internal sealed unsafe partial class ProcessPool
{
    /// <summary>Receives what the supervisor delivers from one worker of this pool.</summary>
    private sealed class Member(ProcessPool pool, PoolSlot slot, Request role) : IWorkerOwner
    {
        private bool _isStarted;             // by the supervisor's thread: the slot knows its worker
        private bool _isReady;               // by the supervisor's thread
        private WorkerEnd? _end;             // by the supervisor's thread: it died before that

        public void OnStarted(Worker worker)
        {
            _isStarted = true;
            Report();
            worker.Channel.Segment.Release();   // the starter's reference
        }

        public void OnFrame(Worker worker, int kind, long id, byte* data, long bytes)
        {
            bool carriesSegments = (kind & FrameKind.CarriesSegments) != 0;
            switch (kind & FrameKind.KindMask)
            {
                case FrameKind.Ready:
                    _isReady = true;
                    role.Dispose();
                    Report();
                    break;
                case FrameKind.Failure when id == 0:
                    slot.StartFailure = StartFailure.Of(data, bytes);
                    break;
                case FrameKind.Result:
                    if (Answer(worker, id, failed: false, kind) is { } done)
                    {
                        done.Call.TakeResult(data, bytes, carriesSegments, worker.Before(kind, done.Relay?.Queue));
                    }

                    break;
                case FrameKind.Failure or FrameKind.Unsent:
                    string? text = pool._rules.ExceptionRetries > 0 ? ExceptionSummary.Of(data, bytes) : null;
                    if (Answer(worker, id, failed: true, kind, text) is { } failed)
                    {
                        failed.Call.TakeFailure(
                            data,
                            bytes,
                            carriesSegments,
                            worker.Before(kind, failed.Relay?.Queue),
                            failure => pool.Explain(failure, failed.History));
                    }

                    break;
                case FrameKind.Progress:
                    RelayOf(id)?.Take(data, bytes, carriesSegments);
                    break;
                default:
                    break;
            }
        }

        public void OnDeath(Worker worker, WorkerEnd end)
        {
            role.Dispose();
            _end = end;
            Report();
        }

        /// <summary>Where the reports of the running task go; null if no reports are wanted, or if another task runs.</summary>
        private ProgressRelay? RelayOf(long id)
        {
            using (pool._gate.EnterScope())
            {
                return slot.Outstanding.First is { Value: { } running } && running.Id == id ? running.Relay : null;
            }
        }

        private void Report()
        {
            if (!_isStarted)
            {
                return;   // handled once the slot knows its worker
            }

            if (_end is { } end)
            {
                pool.Do(core => core.OnDeath(slot, end));
            }
            else if (_isReady)
            {
                pool.Do(core => core.OnReady(slot));
            }
        }

        private PoolTask? Answer(Worker worker, long id, bool failed, int kind, string? failureText = null)
        {
            PoolTask? task = null;
            pool.Do(core =>
            {
                bool ranOutOfMemory = (kind & FrameKind.RanOutOfMemory) != 0 && pool._rules.MemoryLimit is not null;
                task = core.OnAnswer(slot, id, failed, ranOutOfMemory, (kind & FrameKind.IsFull) != 0, failureText);
                worker.StartedRunningAt = slot.Outstanding.Count > 0 ? Stopwatch.GetTimestamp() : 0;
            });
            return task;
        }
    }
}
