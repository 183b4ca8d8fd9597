namespace Braid.Tests;

/// <summary>The execution context and the stack of a thread.</summary>
public sealed class ThreadContextTests : TimedTest
{
    private readonly AsyncLocal<string> _local = new();

    [Fact]
    public void A_thread_runs_in_the_context_of_whoever_starts_it()
    {
        string? seen = null;
        _local.Value = "creator";
        var thread = new Threading.Thread(() => seen = _local.Value);
        _local.Value = "starter";
        thread.Start();
        thread.Join(Cancellation);
        Assert.Equal("starter", seen);
    }

    [Fact]
    public void A_thread_with_a_context_of_its_own_runs_in_that_and_changes_no_other()
    {
        string? seen = null;
        _local.Value = "given";
        ExecutionContext given = ExecutionContext.Capture()!;
        var thread = new Threading.Thread(
            () =>
            {
                seen = _local.Value;
                _local.Value = "changed";
            },
            context: given);
        _local.Value = "starter";
        thread.Start();
        thread.Join(Cancellation);
        Assert.Equal("given", seen);
        Assert.Equal("starter", _local.Value);
    }

    [Theory]
    [InlineData(256 * 1024)]
    [InlineData(64 * 1024 * 1024)]
    public void Threads_are_started_with_the_stack_that_is_set(int size)
    {
        bool isDeep = false;
        var thread = new Threading.Thread(() => isDeep = CanGoDeep(3 * size / 4));
        Threading.Thread.StackSize = size;
        try
        {
            Assert.Equal(size, Threading.Thread.StackSize);
            thread.Start();
        }
        finally
        {
            Threading.Thread.StackSize = 0;
        }

        thread.Join(Cancellation);
        Assert.Equal(size > 1024 * 1024, isDeep);
        Assert.Equal(0, Threading.Thread.StackSize);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData((32 * 1024) - 1)]
    public void A_stack_that_is_too_small_is_refused(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Threading.Thread.StackSize = size);

    [Fact]
    public void The_smallest_stack_can_be_set()
    {
        Threading.Thread.StackSize = 32 * 1024;
        int size = Threading.Thread.StackSize;
        Threading.Thread.StackSize = 0;
        Assert.Equal(32 * 1024, size);
    }

    private static bool CanGoDeep(int bytes)
    {
        const int frame = 64 * 1024;
        if (bytes <= 0)
        {
            return true;
        }

        if (!System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return false;
        }

        Span<byte> used = stackalloc byte[frame];
        used.Fill(1);
        return CanGoDeep(bytes - frame) && used[^1] == 1;
    }
}
