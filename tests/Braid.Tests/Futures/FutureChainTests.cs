namespace Braid.Tests;

/// <summary>Futures whose callbacks end others, as long a chain as one likes, on the stack of any thread.</summary>
[Collection(nameof(Threading.Thread.ExceptHook))]
public sealed class FutureChainTests : TimedTest
{
    private const int Long = 100_000;

    /// <summary>Links of chains: each makes the second future end, or be heard of, by a callback of the first.</summary>
    private static readonly Dictionary<string, Action<Futures.Future<int>, Futures.Future<int>>> s_links = new()
    {
        ["result"] = (first, second) => first.AddDoneCallback(_ => second.SetResult(first.Result() + 1)),
        ["exception"] = (first, second) => first.AddDoneCallback(_ => second.SetException(new ArithmeticException())),
        ["cancel"] = (first, second) => first.AddDoneCallback(_ => second.Cancel()),
        ["token"] = (first, second) =>
        {
            var source = new CancellationTokenSource();
            second.CancelWith(source.Token);
            first.AddDoneCallback(_ => source.Cancel());
        },
        ["task"] = (first, second) =>
        {
            var task = new TaskCompletionSource<int>();   // whose continuations run inline
            first.AddDoneCallback(_ => task.SetResult(1));
            Futures.Future.FromTask(task.Task).AddDoneCallback(_ => second.SetResult(1));
        },
        ["continuation"] = (first, second) => first.AsTask().ContinueWith(_ => second.SetResult(1), TaskScheduler.Default),
        ["wait"] = (first, second) => _ = After(first, second),
        ["second callback"] = (first, second) =>
        {
            first.AddDoneCallback(_ => { });
            first.AddDoneCallback(_ => second.SetResult(1));
        },
    };

    public static TheoryData<string> Links => [.. s_links.Keys];

    [Theory]
    [MemberData(nameof(Links))]
    public void A_chain_of_any_length_ends_on_the_stack_of_whoever_begins_it(string link)
    {
        Futures.Future<int>[] futures = Chain(Long, s_links[link]);
        futures[0].SetResult(0);
        Assert.True(Futures.Future.Wait([futures[^1]], Ample).NotDone.Count == 0);
        Assert.All(futures, future => Assert.True(future.Done));
    }

    [Fact]
    public void A_chain_that_a_cancellation_begins_ends_too()
    {
        Futures.Future<int>[] futures = Chain(Long, s_links["cancel"]);
        futures[0].Cancel();
        Assert.All(futures, future => Assert.True(future.Cancelled));
    }

    [Fact]
    public void Callbacks_that_add_callbacks_to_futures_that_are_done_need_no_more_stack_each()
    {
        var done = new Futures.Future<int>();
        done.SetResult(1);
        int left = Long;
        Again(done);
        Assert.Equal(0, left);

        void Again(Futures.Future future)
        {
            if (--left > 0)
            {
                done.AddDoneCallback(Again);
            }
        }
    }

    [Fact]
    public void A_chain_of_calls_of_executors_ends_whichever_of_them_is_first()
    {
        using var executor = new Futures.ThreadPoolExecutor(1);
        Futures.Future<int>[] futures = Chain(Long, s_links["result"]);
        var begins = new Threading.Event();
        executor.Submit(() => begins.Wait()).AddDoneCallback(_ => futures[0].SetResult(0));
        begins.Set();
        Assert.Equal(Long, futures[^1].Result(Cancellation));
        Assert.Equal(2, executor.Submit(() => 2).Result(Cancellation));
    }

    [Fact]
    public void A_callback_finds_done_what_it_has_ended_with_its_callbacks_in_a_chain_that_is_not_long()
    {
        var order = new List<string>();
        Futures.Future<int>[] futures = [.. Enumerable.Range(0, 6).Select(_ => new Futures.Future<int>())];
        for (int index = 0; index < 5; index++)
        {
            int number = index;
            futures[number].AddDoneCallback(_ =>
            {
                order.Add($"into {number}");
                futures[number + 1].SetResult(1);
                order.Add($"out of {number}");
            });
        }

        futures[0].SetResult(1);
        Assert.Equal([.. Enumerable.Range(0, 5).Select(number => $"into {number}"), .. Enumerable.Range(0, 5).Reverse().Select(number => $"out of {number}")], order);
    }

    /// <summary>A tree of futures, each of whose callbacks ends some: they run in the order that nesting to any depth gives.</summary>
    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 9)]
    [InlineData(3, 6)]
    [InlineData(1, 17)]
    [InlineData(2, 12)]
    public void Callbacks_run_in_the_order_of_nesting_however_deep_they_are(int children, int depth)
    {
        var ran = new List<string>();
        var expected = new List<string>();
        Plan(Grow("f", depth, children, ran), expected);
        Assert.Equal(expected, ran);
    }

    [Fact]
    public void An_exception_of_a_callback_far_down_a_chain_is_reported_and_the_chain_goes_on()
    {
        var reported = new List<Exception>();
        Action<Threading.ExceptHookArgs> before = Threading.Thread.ExceptHook;
        Threading.Thread.ExceptHook = args => reported.Add(args.Exception);
        try
        {
            Futures.Future<int>[] futures = Chain(1000, (first, second) =>
            {
                first.AddDoneCallback(_ => throw new ArithmeticException());
                first.AddDoneCallback(_ => second.SetResult(1));
            });
            futures[0].SetResult(0);
            Assert.True(futures[^1].Done);
        }
        finally
        {
            Threading.Thread.ExceptHook = before;
        }

        Assert.Equal(1000, reported.Count);
        Assert.All(reported, exception => Assert.IsType<ArithmeticException>(exception));
    }

    /// <summary>What a callback changes around it, neither the next one finds nor whoever ended the future.</summary>
    [Fact]
    public void Callbacks_leave_nothing_in_the_thread_that_runs_them()
    {
        var local = new AsyncLocal<string?> { Value = "mine" };
        var seen = new List<(string? Local, SynchronizationContext? Context)>();
        SynchronizationContext? before = SynchronizationContext.Current;
        var future = new Futures.Future<int>();
        for (int index = 0; index < 3; index++)
        {
            future.AddDoneCallback(_ =>
            {
                seen.Add((local.Value, SynchronizationContext.Current));
                local.Value = "the callback's";
                SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
            });
        }

        future.SetResult(1);
        Assert.All(seen, each => Assert.Equal(("mine", before), each));
        Assert.Equal(3, seen.Count);
        Assert.Equal("mine", local.Value);
        Assert.Same(before, SynchronizationContext.Current);
    }

    private static Futures.Future<int>[] Chain(int length, Action<Futures.Future<int>, Futures.Future<int>> link)
    {
        Futures.Future<int>[] futures = [.. Enumerable.Range(0, length + 1).Select(_ => new Futures.Future<int>())];
        for (int index = 0; index < length; index++)
        {
            link(futures[index], futures[index + 1]);
        }

        return futures;
    }

    private static async Task After(Futures.Future<int> first, Futures.Future<int> second)
    {
        await Futures.Future.WaitAsync([first]);
        second.SetResult(1);
    }

    /// <summary>Makes a future with two callbacks, of which the first ends its children, and ends it.</summary>
    private static Node Grow(string name, int depth, int children, List<string> ran)
    {
        Node root = Make(name, depth, children, ran);
        root.Future.SetResult(1);
        return root;
    }

    private static Node Make(string name, int depth, int children, List<string> ran)
    {
        Node[] below = depth == 0 ? [] : [.. Enumerable.Range(0, children).Select(child => Make($"{name}{child}", depth - 1, children, ran))];
        var node = new Node(name, new Futures.Future<int>(), below);
        node.Future.AddDoneCallback(_ =>
        {
            ran.Add($"{name} first");
            Array.ForEach(below, static child => child.Future.SetResult(1));
        });
        node.Future.AddDoneCallback(_ => ran.Add($"{name} second"));
        return node;
    }

    private static void Plan(Node node, List<string> expected)
    {
        expected.Add($"{node.Name} first");
        Array.ForEach(node.Children, child => Plan(child, expected));
        expected.Add($"{node.Name} second");
    }

    private sealed record Node(string Name, Futures.Future<int> Future, Node[] Children);
}
