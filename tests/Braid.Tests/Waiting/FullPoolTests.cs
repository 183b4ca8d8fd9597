namespace Braid.Tests;

/// <summary>No wait of Braid's needs a free thread of .NET's pool. Programs of their own, whose pool is full.</summary>
public sealed class FullPoolTests() : TimedTest(TimeSpan.FromMinutes(10))
{
    [Fact]
    public Task Every_awaiting_member_comes_back_to_its_caller() => EndsInSilence("pool-full");

    [Fact]
    public Task Threads_that_block_do_not_depend_on_the_pool_either() => EndsInSilence("pool-full-other-side");

    private static async Task EndsInSilence(string scenario)
    {
        using var program = new ChildProgram(scenario);
        (int code, string output, string error) = await program.End(Cancellation);
        Assert.Equal(("", "", 0), (output, error, code));
    }
}
