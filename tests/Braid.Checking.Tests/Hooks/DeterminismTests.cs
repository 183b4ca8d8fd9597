using System.Runtime.CompilerServices;

namespace Braid.Checking.Tests.Hooks;

public class DeterminismTests
{
    // Lives in the process, not in the checked copy: bodies store here what they saw.
    private const string Key = "Braid.Checking.Tests.Determinism";

    [Fact]
    public void Random_values_are_the_same_in_every_run()
    {
        AppDomain.CurrentDomain.SetData(Key, null);
        Explored.Runs(() =>
        {
            object first = new();
            object second = new();
            string all = string.Join(
                ',',
                Random.Shared.Next(),
                Random.Shared.Next(),
                new Random().Next(),
                new Random().Next(),
                Guid.NewGuid(),
                Guid.NewGuid(),
                RuntimeHelpers.GetHashCode(second),
                RuntimeHelpers.GetHashCode(first),
                Environment.CurrentManagedThreadId,
                DateTime.UtcNow.Ticks,
                Environment.ProcessorCount);
            string? before = (string?)AppDomain.CurrentDomain.GetData(Key);
            AppDomain.CurrentDomain.SetData(Key, all);
            Assert.Equal(before ?? all, all);
            Assert.Equal(all.Split(',').Length, all.Split(',').Distinct().Count());
            Assert.Equal(Thread.CurrentThread.ManagedThreadId, Environment.CurrentManagedThreadId);
        });
    }

    [Fact]
    public void Where_a_concurrent_table_puts_an_object_is_the_same_in_every_run() => Explored.Holds(() =>
    {
        var table = new System.Collections.Concurrent.ConcurrentDictionary<object, int>();
        var byReference = new System.Collections.Concurrent.ConcurrentDictionary<object, int>(ReferenceEqualityComparer.Instance);
        object[] keys = [new(), new(), new(), new(), new(), new(), "text"];
        void Add(int from)
        {
            for (int i = from; i < keys.Length; i += 2)
            {
                table[keys[i]] = i;
                byReference[keys[i]] = i;
            }
        }

        var other = new Thread(() => Add(1));
        other.Start();
        Add(0);
        other.Join();
        Assert.Equal(21, table.Values.Sum());
        Assert.All(keys, key => Assert.Equal(table[key], byReference[key]));
    });

    [Fact]
    public void Ending_the_process_is_a_fault() =>
        Assert.Contains(
            "Environment.Exit(3)", Explored.Fails(Verdict.NotControlled, () => Environment.Exit(3)).Sentence, StringComparison.Ordinal);

    [Fact]
    public void FailFast_is_a_fault_with_its_message() =>
        Assert.Contains(
            "all is lost",
            Explored.Fails(Verdict.UnhandledException, () => Environment.FailFast("all is lost")).Sentence,
            StringComparison.Ordinal);
}
