namespace Braid.Tests;

public sealed class ThreadPoolExecutorTests : ExecutorContract
{
    protected override Futures.Executor NewExecutor(int maxWorkers) => new Futures.ThreadPoolExecutor(maxWorkers);

    protected override ISignal NewSignal() => new Signal();

    protected override int Pending(Futures.Executor executor) => ((Futures.ThreadPoolExecutor)executor).Pending;

    private sealed class Signal : ISignal
    {
        private readonly Threading.Event _event = new();

        public void Set() => _event.Set();

        public void Wait() => _event.Wait();
    }
}
