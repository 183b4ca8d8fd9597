namespace Braid.Tests;

/// <summary>The contract of executors, kept by processes.</summary>
public sealed class ProcessPoolExecutorTests : ExecutorContract
{
    protected override bool StopsRunningCalls => true;

    protected override Futures.Executor NewExecutor(int maxWorkers) => new Futures.ProcessPoolExecutor(maxWorkers);

    protected override ISignal NewSignal() => new Signal();

    protected override int Pending(Futures.Executor executor) => ((Futures.ProcessPoolExecutor)executor).Figures.Pending;

    private sealed class Signal : ISignal
    {
        private readonly Multiprocessing.Event _event = new();

        public void Set() => _event.Set();

        public void Wait() => _event.Wait();
    }
}
