namespace Braid.Tests;

/// <summary>How a program with threads ends. After CPython's <c>test_threading.ThreadJoinOnShutdown</c> and <c>AtexitTests</c>.</summary>
public sealed class ProgramEndTests : TimedTest
{
    [Fact]
    public async Task A_non_daemon_thread_keeps_the_program_alive_and_the_exit_code_is_that_of_main()
    {
        using var program = new ChildProgram("non-daemon");
        Assert.Equal("main ends", await program.ReadLine(Cancellation));
        await program.WriteLine("this", Cancellation);
        Assert.Equal((3, $"thread read this{Environment.NewLine}", ""), await program.End(Cancellation));
    }

    [Fact]
    public async Task A_daemon_thread_is_stopped_where_it_is()
    {
        using var program = new ChildProgram("daemon");
        Assert.Equal((4, $"main ends{Environment.NewLine}", ""), await program.End(Cancellation));
    }

    [Fact]
    public async Task What_a_daemon_thread_starts_is_a_daemon_too()
    {
        using var program = new ChildProgram("inherited-daemon");
        Assert.Equal((0, $"main ends{Environment.NewLine}", ""), await program.End(Cancellation));
    }

    [Fact]
    public async Task A_thread_started_after_the_end_of_main_keeps_the_program_alive_too()
    {
        using var program = new ChildProgram("thread-from-thread");
        Assert.Equal("main ends", await program.ReadLine(Cancellation));
        await program.WriteLine("one", Cancellation);
        Assert.Equal("first read one", await program.ReadLine(Cancellation));
        await program.WriteLine("two", Cancellation);
        Assert.Equal((0, $"second read two{Environment.NewLine}", ""), await program.End(Cancellation));
    }

    [Fact]
    public async Task An_exception_in_a_thread_ends_that_thread_only()
    {
        using var program = new ChildProgram("unhandled");
        (int code, string output, string error) = await program.End(Cancellation);
        Assert.Equal(0, code);
        Assert.Equal($"main goes on after on purpose{Environment.NewLine}", output);
        Assert.StartsWith("Exception in thread failing:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_to_run_at_exit_runs_after_the_non_daemon_threads()
    {
        using var program = new ChildProgram("at-exit");
        Assert.Equal("main ends", await program.ReadLine(Cancellation));
        await program.WriteLine("this", Cancellation);
        Assert.Equal("thread read this", await program.ReadLine(Cancellation));
        Assert.Equal((0, $"at exit MainThread{Environment.NewLine}", ""), await program.End(Cancellation));
    }

    [Fact]
    public async Task Main_is_known_to_itself()
    {
        using var program = new ChildProgram("main");
        Assert.Equal("True", await program.ReadLine(Cancellation));
        string isProcess = OperatingSystem.IsLinux() ? "True" : "False";
        Assert.Equal($"MainThread True False 1 {isProcess}", await program.ReadLine(Cancellation));
        Assert.Equal("False", await program.ReadLine(Cancellation));
        Assert.Equal(0, (await program.End(Cancellation)).Code);
    }
}
