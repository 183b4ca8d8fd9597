namespace BugZoo.Tasks;

/// <summary>A handler that runs on a context with one thread blocks that thread on a task which has to go on there.</summary>
internal static class BlockedContext
{
    public static void Buggy() => Run(continueOnContext: true);

    public static void Fixed() => Run(continueOnContext: false);

    private static void Run(bool continueOnContext)
    {
        var loop = new OneThread();
        Thread thread = loop.Start();
        loop.Post(_ => LoadAsync(continueOnContext).Wait(), null);
        loop.Post(_ => loop.Stop(), null);
        thread.Join();
    }

    private static async Task LoadAsync(bool continueOnContext) => await Task.Run(static () => { }).ConfigureAwait(continueOnContext);

    private sealed class OneThread : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback, object?)> _posted = new();
        private bool _stopped;

        public Thread Start()
        {
            var thread = new Thread(Serve);
            thread.Start();
            return thread;
        }

        public void Stop() => _stopped = true;

        public override void Post(SendOrPostCallback d, object? state)
        {
            lock (_posted)
            {
                _posted.Enqueue((d, state));
                Monitor.Pulse(_posted);
            }
        }

        private void Serve()
        {
            SetSynchronizationContext(this);
            while (!_stopped)
            {
                (SendOrPostCallback call, object? state) next;
                lock (_posted)
                {
                    while (_posted.Count == 0)
                    {
                        Monitor.Wait(_posted);
                    }

                    next = _posted.Dequeue();
                }

                next.call(next.state);
            }
        }
    }
}
