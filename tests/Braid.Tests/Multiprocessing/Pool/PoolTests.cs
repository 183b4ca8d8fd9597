using Braid.Multiprocessing;

namespace Braid.Tests;

public sealed class PoolTests(PoolTests.TwoProcesses shared) : PoolContract(shared.Pool), IClassFixture<PoolTests.TwoProcesses>
{
    protected override Pool NewPool(int processes) => new(processes);

    public sealed class TwoProcesses : IDisposable
    {
        public Pool Pool { get; } = new(2);

        public void Dispose() => Pool.Dispose();
    }
}
