using System.Runtime.CompilerServices;

namespace Braid.Checking.Tests.Hooks;

public class DeterminismTests
{
    // Lives in the process, not in the copy that is checked: bodies leave here what they saw.
    private const string Key = "Braid.Checking.Tests.Determinism";

    [Fact]
    public void What_is_taken_by_chance_is_the_same_in_every_run()
    {
        AppDomain.CurrentDomain.SetData(Key, null);
        Explored.Holds(() =>
        {
            object first = new();
            object second = new();
            string all = string.Join(',', Random.Shared.Next(), Random.Shared.Next(), new Random().Next(), new Random().Next(), Guid.NewGuid(), Guid.NewGuid(),
                RuntimeHelpers.GetHashCode(second), RuntimeHelpers.GetHashCode(first), Environment.CurrentManagedThreadId, DateTime.UtcNow.Ticks, Environment.ProcessorCount);
            string? before = (string?)AppDomain.CurrentDomain.GetData(Key);
            AppDomain.CurrentDomain.SetData(Key, all);
            Assert.Equal(before ?? all, all);
            Assert.Equal(all.Split(',').Length, all.Split(',').Distinct().Count());
            Assert.Equal(Thread.CurrentThread.ManagedThreadId, Environment.CurrentManagedThreadId);
        });
    }

    [Fact]
    public void To_end_the_process_is_a_fault() => Assert.Contains("Environment.Exit(3)", Explored.Fails(Verdict.NotControlled, () => Environment.Exit(3)).Sentence, StringComparison.Ordinal);

    [Fact]
    public void To_fail_fast_is_a_fault_with_its_message() =>
        Assert.Contains("all is lost", Explored.Fails(Verdict.UnhandledException, () => Environment.FailFast("all is lost")).Sentence, StringComparison.Ordinal);
}
