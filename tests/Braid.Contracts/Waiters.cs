using Braid.Threading;

namespace Braid.Contracts;

/// <summary>How many wait for something, which is nobody's business but the tests'.</summary>
public static class Waiters
{
    extension(IEvent waited)
    {
        public int WaiterCount => waited switch
        {
            Threading.Event ofThreads => ofThreads.WaiterCount,
            Multiprocessing.Event ofProcesses => ofProcesses.WaiterCount,
            _ => throw Unknown(waited),
        };
    }

    extension(ILock waited)
    {
        /// <summary>How many wait to acquire it; of a condition, the lock under it.</summary>
        public int LockWaiterCount => waited switch
        {
            Threading.Lock ofThreads => ofThreads.WaiterCount,
            Threading.RLock ofThreads => ofThreads.WaiterCount,
            Threading.Condition ofThreads => ofThreads.Mutex.LockWaiterCount,
            Multiprocessing.Lock ofProcesses => ofProcesses.WaiterCount,
            Multiprocessing.RLock ofProcesses => ofProcesses.WaiterCount,
            Multiprocessing.Condition ofProcesses => ofProcesses.Mutex.LockWaiterCount,
            _ => throw Unknown(waited),
        };

        /// <summary>How often the calling thread holds it, if it is re-entrant.</summary>
        public int Depth => waited switch
        {
            Threading.RLock ofThreads => ofThreads.Depth,
            Multiprocessing.RLock ofProcesses => ofProcesses.Depth,
            _ => throw Unknown(waited),
        };
    }

    extension(ICondition waited)
    {
        public int WaiterCount => waited switch
        {
            Threading.Condition ofThreads => ofThreads.WaiterCount,
            Multiprocessing.Condition ofProcesses => ofProcesses.WaiterCount,
            _ => throw Unknown(waited),
        };
    }

    extension(ISemaphore waited)
    {
        public int WaiterCount => waited switch
        {
            Threading.Semaphore ofThreads => ofThreads.WaiterCount,
            Multiprocessing.Semaphore ofProcesses => ofProcesses.WaiterCount,
            _ => throw Unknown(waited),
        };
    }

    extension(IBarrier waited)
    {
        public int WaiterCount => waited switch
        {
            Threading.Barrier ofThreads => ofThreads.WaiterCount,
            Multiprocessing.Barrier ofProcesses => ofProcesses.WaiterCount,
            _ => throw Unknown(waited),
        };
    }

    extension(IntQueue waited)
    {
        public int GetterCount => waited switch
        {
            Queues.Queue<int> ofThreads => ofThreads.GetterCount,
            Multiprocessing.Queue<int> ofProcesses => ofProcesses.GetterCount,
            _ => throw Unknown(waited),
        };

        public int PutterCount => waited switch
        {
            Queues.Queue<int> ofThreads => ofThreads.PutterCount,
            Multiprocessing.Queue<int> ofProcesses => ofProcesses.PutterCount,
            _ => throw Unknown(waited),
        };

        public int JoinerCount => waited switch
        {
            Queues.Queue<int> ofThreads => ofThreads.JoinerCount,
            Multiprocessing.Queue<int> ofProcesses => ofProcesses.JoinerCount,
            _ => throw Unknown(waited),
        };
    }

    private static NotSupportedException Unknown(object waited) => new($"Nobody has said how {waited.GetType()} counts its waiters.");
}
