using System.Collections.Concurrent;
using System.Threading.Channels;
using Braid.Checking;

namespace Braid.Tests;

/// <summary>The blocks of docs/checking.md.</summary>
internal static class CheckingSnippets
{
    [Prints("LostUpdate")]
    public static void CheckInATest()
    {
        #region check in a test
        CheckReport report = Check.Explore(() =>
        {
            int balance = 0;
            var other = new System.Threading.Thread(() => balance++);
            other.Start();
            balance++;
            other.Join();
        });
        Console.WriteLine(report.Verdict);
        #endregion
    }

    [Prints(
        "5 main: takes lock first [lock first]",
        "  Block 10",
        "8 thread 1: takes lock second [lock second]",
        "  Block 11",
        "10 thread 1: waits for lock first [lock second]",
        "11 main: waits for lock second [lock first]")]
    public static void StepsOfAReport()
    {
        CheckReport report = Check.Explore(() =>
        {
            object first = new();
            object second = new();
            var other = new System.Threading.Thread(() => { lock (second) { lock (first) { GC.KeepAlive(first); } } });
            other.Start();
            lock (first) { lock (second) { GC.KeepAlive(second); } }
            other.Join();
        });
        #region steps of a report
        foreach (CheckStep step in report.Steps.Where(step => step.TakesPart))
        {
            string held = string.Join(", ", step.Holds.Select(hold => hold.Lock));
            Console.WriteLine($"{step.Number} {step.Thread.Name}: {step.Text} [{held}]");
            foreach (StepLink link in step.Links)
            {
                Console.WriteLine($"  {link.Kind} {link.Step}");
            }
        }
        #endregion
    }

    [Prints("True")]
    public static void ProofInATest()
    {
        #region proof in a test
        var options = new CheckOptions { Strategy = SearchStrategy.Bounded, Preemptions = int.MaxValue };
        CheckReport report = Check.Run(() =>
        {
            int balance = 0;
            var gate = new System.Threading.Lock();
            var other = new System.Threading.Thread(() => { lock (gate) { balance++; } });
            other.Start();
            lock (gate) { balance++; }
            other.Join();
        }, options);
        Console.WriteLine(report.Exhaustive);
        #endregion
    }

    [Prints("Passed; known: data race: progress in Braid.Tests!CheckingSnippets.KnownFindings")]
    public static void KnownFindings()
    {
        #region known findings
        var options = new CheckOptions { Ignore = ["data race: progress in *"] };
        CheckReport report = Check.Explore(() =>
        {
            int progress = 0;
            var worker = new System.Threading.Thread(() => progress = 50);
            worker.Start();
            _ = $"{progress} %";
            worker.Join();
        }, options);
        Console.WriteLine($"{report.Verdict}; known: {string.Join(", ", report.Known)}");
        #endregion
    }

    [Prints("LostUpdate")]
    public static void AsyncInATest()
    {
        #region async in a test
        CheckReport report = Check.Explore(async () =>
        {
            int balance = 0;
            async Task Deposit()
            {
                int before = balance;
                await Task.Yield();
                balance = before + 1;
            }

            await Task.WhenAll(Deposit(), Deposit());
            if (balance != 2)
            {
                throw new InvalidOperationException($"balance {balance}");
            }
        });
        Console.WriteLine(report.Verdict);
        #endregion
    }

    [Prints("NotLinearizable")]
    public static void LinearizableInATest()
    {
        #region linearizable in a test
        CheckReport report = Check.ExploreLinearizable(
            () => new RacyStack(),
            () => new Stack<int>(),
            operations => operations
                .Add("Push", [1, 2, 3], (stack, item) => stack.Push(item), (model, item) => model.Push(item))
                .Add("TryPop", stack => stack.TryPop(), model => model.TryPop(out int top) ? top : (int?)null));
        Console.WriteLine(report.Verdict);
        #endregion
    }

    [Prints("Passed")]
    public static void LinearizableByItself()
    {
        #region linearizable by itself
        CheckReport report = Check.Linearizable(
            () => Channel.CreateUnbounded<int>(),
            operations => operations
                .Add("TryWrite", [1, 2, 3], (channel, item) => channel.Writer.TryWrite(item))
                .Add("ReadAsync", channel => channel.Reader.ReadAsync())
                .Add("TryComplete", channel => channel.Writer.TryComplete()));
        Console.WriteLine(report.Verdict);
        #endregion
    }

    [Prints("Passed")]
    public static void UncontrolledCalls()
    {
        #region uncontrolled calls
        CheckReport report = Check.Explore(
            async () =>
            {
                int lookups = 0;
                async Task Look()
                {
                    await System.Net.Dns.GetHostAddressesAsync("localhost");
                    Interlocked.Increment(ref lookups);
                }

                await Task.WhenAll(Task.Run(Look), Task.Run(Look));
            },
            new CheckOptions { Uncontrolled = ["System.Net.Dns.*"] });
        Console.WriteLine(report.Verdict);   // and report.Covers says: ran outside of control: System.Net.Dns.GetHostAddressesAsync
        #endregion
    }

    [Prints("AssertionFailed")]
    public static void StoreBuffers()
    {
        #region store buffers
        CheckReport report = Check.Explore(
            () =>
            {
                int mine = 0, theirs = 0, inside = 0;
                void Enter(ref int own, ref int other)
                {
                    Volatile.Write(ref own, 1);
                    if (Volatile.Read(ref other) == 0)   // the write above may still be on its way
                    {
                        Interlocked.Increment(ref inside);
                    }
                }

                var thread = new Thread(() => Enter(ref theirs, ref mine));
                thread.Start();
                Enter(ref mine, ref theirs);
                thread.Join();
                if (inside == 2)
                {
                    throw new InvalidOperationException("both are inside");
                }
            },
            new CheckOptions { MemoryModel = MemoryModel.Tso });
        Console.WriteLine(report.Verdict);
        #endregion
    }

    [Prints("Passed")]
    public static void LinearizableWithWaits()
    {
        #region linearizable with waits
        CheckReport report = Check.Linearizable(
            () => new BlockingCollection<int>(2),
            () => new Queue<int>(),
            operations => operations
                .Add("Add", [1, 2], (queue, item) => queue.Add(item), (model, item) => model.Enqueue(item), when: (model, _) => model.Count < 2)
                .Add("Take", queue => queue.Take(), model => model.Dequeue(), when: model => model.Count > 0));
        Console.WriteLine(report.Verdict);
        #endregion
    }

    private sealed class RacyStack
    {
        private readonly System.Threading.Lock _gate = new();
        private readonly List<int> _items = [];

        public void Push(int item)
        {
            lock (_gate)
            {
                _items.Add(item);
            }
        }

        public int? TryPop()
        {
            int top;
            lock (_gate)
            {
                if (_items.Count == 0)
                {
                    return null;
                }

                top = _items[^1];
            }

            lock (_gate)
            {
                _items.Remove(top);
            }

            return top;
        }
    }
}
