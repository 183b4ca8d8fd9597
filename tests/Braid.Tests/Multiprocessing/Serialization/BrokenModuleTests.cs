using System.Runtime.CompilerServices;
using Braid.Futures;

namespace Braid.Tests;

/// <summary>A program whose module initializer throws in a worker: what needs the module fails, and the worker lives.</summary>
public sealed class BrokenModuleTests : TimedTest
{
    private const string Variable = "BRAID_TEST_BROKEN_MODULE";

    [ModuleInitializer]
    internal static void ThrowIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            throw new InvalidOperationException("The module is broken.");
        }
    }

    [Fact]
    public void It_fails_the_tasks_that_need_it_and_no_others()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Environment = new Dictionary<string, string?> { [Variable] = "1" } });
        Assert.NotEmpty(pool.Submit(Environment.GetCommandLineArgs).Result(Cancellation));
        Assert.Contains("The module is broken", Assert.ThrowsAny<Exception>(() => pool.Submit(static () => 1).Result(Cancellation)).ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(pool.Submit(Environment.GetCommandLineArgs).Result(Cancellation));
        Assert.Equal(0, pool.Figures.Restarts);
    }
}
