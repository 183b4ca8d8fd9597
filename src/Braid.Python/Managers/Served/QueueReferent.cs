using Braid.Queues;

namespace Braid.Python;

/// <summary>A queue: <c>Queue</c> and <c>JoinableQueue</c>, and every queue of Braid.</summary>
internal sealed class QueueReferent<T>(string typeid, IQueue<T> queue, PickleOptions options) : Referent<QueueReferent<T>>(typeid)
{
    private static readonly MethodTable<QueueReferent<T>> s_methods = new MethodTable<QueueReferent<T>>()
        .Add("empty", "", static (self, _, _) => (object)self._queue.Empty)
        .Add("full", "", static (self, _, _) => (object)self._queue.Full)
        .Add("get", "block=True, timeout=None", static (self, caller, a) => self.Get(caller, WaitTime(a[0], a[1])))
        .Add("get_nowait", "", static (self, caller, _) => self.Get(caller, TimeSpan.Zero))
        .Add("join", "", static (self, caller, _) => self.Join(caller))
        .Add("put", "item, block=True, timeout=None", static (self, caller, a) => self.Put(caller, a[0], WaitTime(a[1], a[2])))
        .Add("put_nowait", "item", static (self, caller, a) => self.Put(caller, a[0], TimeSpan.Zero))
        .Add("qsize", "", static (self, _, _) => (object)(long)self._queue.Qsize)
        .Add("task_done", "", static (self, _, _) => self.TaskDone())
        .Add("shutdown", "immediate=False", static (self, _, a) => self._queue.Shutdown(Arguments.IsTrue(a[0])));

    private readonly IQueue<T> _queue = queue;

    public override object Target => _queue;

    protected override MethodTable<QueueReferent<T>> Methods => s_methods;

    private static TimeSpan WaitTime(object? block, object? timeout)
    {
        if (!Arguments.IsTrue(block))
        {
            return TimeSpan.Zero;
        }

        return timeout is < 0L or < 0.0
            ? throw Exceptions.Make("ValueError", "'timeout' must be a non-negative number")
            : Arguments.Time(timeout);
    }

    private object? Get(Caller caller, TimeSpan timeout)
    {
        if (_queue.TryGet(out T? item))
        {
            return item;
        }

        return timeout == TimeSpan.Zero
            ? throw new QueueEmptyException("The queue is empty.")
            : caller.WhilePresent(token => _queue.TryGet(out T? late, timeout, token)
                ? late
                : throw new QueueEmptyException("The queue stayed empty."));
    }

    private void Put(Caller caller, object? value, TimeSpan timeout)
    {
        T item = Served.Convert<T>(value, options, "item");
        if (_queue.TryPut(item))
        {
            return;
        }

        bool isPut = timeout != TimeSpan.Zero && caller.WhilePresent(token => _queue.TryPut(item, timeout, token));
        if (!isPut)
        {
            throw new QueueFullException("The queue is full.");
        }
    }

    private void Join(Caller caller)
    {
        if (!_queue.TryJoin())
        {
            caller.WhilePresent(token => _queue.TryJoin(Timeout.InfiniteTimeSpan, token));
        }
    }

    private void TaskDone()
    {
        try
        {
            _queue.TaskDone();
        }
        catch (InvalidOperationException)
        {
            throw Exceptions.Make("ValueError", "task_done() called too many times");
        }
    }
}
