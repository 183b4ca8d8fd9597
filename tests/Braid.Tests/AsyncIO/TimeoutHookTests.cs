using Timeout = Braid.AsyncIO.Timeout;

namespace Braid.Tests;

/// <summary>What becomes of a callback that fails when a time limit expires. The hook belongs to the whole program, so this runs alone.</summary>
[Collection(nameof(ProgramWide))]
public sealed class TimeoutHookTests : TimedTest
{
    public override void Dispose()
    {
        Threading.Thread.ExceptHook = Threading.Thread.DefaultExceptHook;
        base.Dispose();
    }

    [Fact]
    public async Task It_goes_to_the_hook_and_the_limit_counts_all_the_same()
    {
        var seen = new Futures.Future<Exception>();
        Threading.Thread.ExceptHook = args => seen.SetResult(args.Exception);
        await Assert.ThrowsAsync<TimeoutException>(static () => new Timeout(Brief).RunAsync(async timeout =>
        {
            timeout.Token.Register(static () => throw new InvalidDataException());
            await Forever.Until(timeout.Token);
        }));
        var all = Assert.IsType<AggregateException>(await seen.ResultAsync(Cancellation));
        Assert.IsType<InvalidDataException>(Assert.Single(all.InnerExceptions));
    }
}
