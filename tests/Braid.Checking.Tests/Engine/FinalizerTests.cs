namespace Braid.Checking.Tests.Engine;

/// <summary>An object that the collector finds after a run does not continue the run's work.</summary>
public sealed class FinalizerTests
{
    private const string Mark = "Braid.Checking.Tests.finalized";

    [Fact]
    public void An_object_of_a_run_is_not_finalized()
    {
        AppDomain.CurrentDomain.SetData(Mark, null);
        CheckReport report = Check.Explore(static () =>
        {
            var thread = new Thread(static () => _ = new Finalized());
            thread.Start();
            thread.Join();
        });
        Assert.Equal(Verdict.Passed, report.Verdict);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Null(AppDomain.CurrentDomain.GetData(Mark));
    }

    [Fact]
    public void Outside_of_runs_an_object_is_finalized() => Assert.True(IsFinalized());

    [Fact]
    public void A_program_that_waits_for_finalizers_is_refused()
    {
        CheckReport report = Check.Explore(static () =>
        {
            _ = new Finalized();
            GC.WaitForPendingFinalizers();
        });
        Assert.Equal(Verdict.NotControlled, report.Verdict);
        Assert.Contains("WaitForPendingFinalizers", report.ToString(), StringComparison.Ordinal);
    }

    private static bool IsFinalized()
    {
        AppDomain.CurrentDomain.SetData(Mark, null);
        Make();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return AppDomain.CurrentDomain.GetData(Mark) is true;

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Make() => _ = new Finalized();
    }

    private sealed class Finalized
    {
        ~Finalized()
        {
            try
            {
                AppDomain.CurrentDomain.SetData(Mark, true);
            }
            finally
            {
                GC.KeepAlive(this);
            }
        }
    }
}
