namespace BugZoo.Tasks;

/// <summary>An asynchronous auto-reset event that keeps no signal for which nobody waits yet.</summary>
internal static class LostAsyncSignal
{
    public static void Buggy() => Run(new Signal(keeps: false));

    public static void Fixed() => Run(new Signal(keeps: true));

    private static void Run(Signal signal)
    {
        Task sets = Task.Run(signal.Set);
        signal.WaitAsync().GetAwaiter().GetResult();
        sets.GetAwaiter().GetResult();
    }

    private sealed class Signal(bool keeps)
    {
        private readonly Queue<TaskCompletionSource> _waiters = [];
        private bool _isSet;

        public Task WaitAsync()
        {
            lock (_waiters)
            {
                if (_isSet)
                {
                    _isSet = false;
                    return Task.CompletedTask;
                }

                var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiters.Enqueue(waiter);
                return waiter.Task;
            }
        }

        public void Set()
        {
            lock (_waiters)
            {
                if (_waiters.TryDequeue(out TaskCompletionSource? waiter))
                {
                    waiter.SetResult();
                }
                else
                {
                    _isSet = keeps;
                }
            }
        }
    }
}
