namespace Braid.Checking.Tests.Hooks;

/// <summary>Progress calls back in its context, or on the pool, and never outside of control.</summary>
public sealed class ProgressTests
{
    [Fact]
    public void Reports_arrive_on_the_pool_in_any_order() => Explored.Fails(Verdict.AssertionFailed, static () =>
    {
        int last = 0;
        using var all = new CountdownEvent(2);
        IProgress<int> progress = new Progress<int>(value =>
        {
            Volatile.Write(ref last, value);
            all.Signal();
        });
        progress.Report(1);
        progress.Report(2);
        all.Wait();
        Assert.Equal(2, last);
    });

    [Fact]
    public void Each_handler_gets_each_report() => Explored.Holds(static () =>
    {
        int sum = 0;
        using var all = new CountdownEvent(2);
        var progress = new Progress<int>(value => Interlocked.Add(ref sum, value));
        progress.ProgressChanged += (_, value) =>
        {
            Interlocked.Add(ref sum, 10 * value);
            all.Signal();
        };
        ((IProgress<int>)progress).Report(1);
        ((IProgress<int>)progress).Report(2);
        all.Wait();
        Assert.Equal(33, sum);
    });

    [Fact]
    public void A_context_of_the_program_gets_the_reports() => Explored.Runs(static () =>
    {
        var context = new Posted();
        SynchronizationContext.SetSynchronizationContext(context);
        int last = 0;
        IProgress<int> progress = new Progress<int>(value => last = value);
        progress.Report(5);
        Assert.Equal(0, last);
        context.Run();
        Assert.Equal(5, last);
    });

    /// <summary>Its handlers would be called on threads of the real pool.</summary>
    [Fact]
    public void A_class_that_derives_from_it_is_refused_by_name()
    {
        CheckReport report = Explored.Fails(Verdict.NotControlled, static () =>
        {
            IProgress<int> progress = new Percent();
            progress.Report(5);
        });
        Assert.Contains("System.Progress", report.Sentence, StringComparison.Ordinal);
    }

    private sealed class Percent : Progress<int>;

    private sealed class Posted : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Call, object? State)> _posted = [];

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

        public void Run()
        {
            while (_posted.TryDequeue(out (SendOrPostCallback Call, object? State) next))
            {
                next.Call(next.State);
            }
        }
    }
}
