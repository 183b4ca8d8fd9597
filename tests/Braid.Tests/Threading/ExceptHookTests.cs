namespace Braid.Tests;

/// <summary>Exceptions that leave a thread. After CPython's <c>test_threading.ExceptHookTests</c>. The hook and standard error belong to the whole program, so these tests run alone.</summary>
[Collection(nameof(ProgramWide))]
public sealed class ExceptHookTests : TimedTest
{
    private readonly StringWriter _error = new();
    private readonly TextWriter _standardError = Console.Error;

    public ExceptHookTests() => Console.SetError(TextWriter.Synchronized(_error));

    public override void Dispose()
    {
        Threading.Thread.ExceptHook = Threading.Thread.DefaultExceptHook;
        Console.SetError(_standardError);
        _error.Dispose();
        base.Dispose();
    }

    [Fact]
    public void The_default_hook_writes_the_thread_and_the_exception_to_standard_error()
    {
        Threading.Thread thread = RunFailing();
        Assert.Contains("Exception in thread failing:", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(QuietException), _error.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(Fail), _error.ToString(), StringComparison.Ordinal);
        Assert.IsType<QuietException>(thread.Exception);
        Assert.False(thread.IsAlive);
    }

    [Fact]
    public void A_hook_of_ones_own_gets_the_exception_in_the_thread_that_ends()
    {
        Threading.ExceptHookArgs? seen = null;
        Threading.Thread? inThread = null;
        bool wasAlive = false;
        Threading.Thread.ExceptHook = args =>
        {
            seen = args;
            inThread = Threading.Thread.Current;
            wasAlive = args.Thread.IsAlive;
        };
        Threading.Thread thread = RunFailing();
        Assert.Same(thread.Exception, seen!.Exception);
        Assert.Same(thread, seen.Thread);
        Assert.Same(thread, inThread);
        Assert.True(wasAlive);
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void A_hook_that_fails_is_reported_with_the_exception_it_was_for_and_the_thread_ends()
    {
        Threading.Thread.ExceptHook = static _ => throw new FormatException("the hook failed");
        Threading.Thread thread = RunFailing();
        Assert.Contains("Exception in Thread.ExceptHook:", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("the hook failed", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Exception in thread failing:", _error.ToString(), StringComparison.Ordinal);
        Assert.IsType<QuietException>(thread.Exception);
    }

    [Fact]
    public void The_original_hook_stays_available()
    {
        Threading.Thread.ExceptHook = args => Threading.Thread.DefaultExceptHook(args);
        RunFailing();
        Assert.Contains("Exception in thread failing:", _error.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Threading.Thread.ExceptHook = null!);
        Assert.Throws<ArgumentNullException>(() => Threading.Thread.DefaultExceptHook(null!));
    }

    [Fact]
    public void A_timer_whose_function_fails_is_finished_too()
    {
        var timer = new Threading.Timer(TimeSpan.Zero, Fail);
        timer.Start();
        timer.Join(Cancellation);
        Assert.True(timer.Finished.IsSet);
        Assert.IsType<QuietException>(timer.Exception);
    }

    private static Threading.Thread RunFailing()
    {
        var thread = new Threading.Thread(Fail, "failing");
        thread.Start();
        thread.Join(Cancellation);
        return thread;
    }

    private static void Fail() => throw new QuietException();
}
