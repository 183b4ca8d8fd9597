using System.Threading.Channels;

namespace BugZoo.Tasks;

/// <summary>A read with a time limit by WhenAny: when the time is up the read is forgotten, and takes the next item with it.</summary>
internal static class LostInWhenAny
{
    public static void Buggy() => Run(static async reader =>
    {
        Task<int> read = reader.ReadAsync().AsTask();
        return await Task.WhenAny(read, Task.Delay(10)) == read ? await read : null;
    });

    public static void Fixed() => Run(static async reader =>
    {
        using var limit = new CancellationTokenSource(10);
        try
        {
            return await reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    });

    private static void Run(Func<ChannelReader<int>, Task<int?>> tryRead)
    {
        var channel = Channel.CreateUnbounded<int>();
        Task writes = Task.Run(async () =>
        {
            await Task.Delay(10);
            channel.Writer.TryWrite(1);
            channel.Writer.Complete();
        });
        int? first = tryRead(channel.Reader).GetAwaiter().GetResult();
        writes.GetAwaiter().GetResult();
        Claim.That(first == 1 || channel.Reader.TryRead(out _), "the item is read or still there");
    }
}
