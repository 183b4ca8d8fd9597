using System.Threading.Channels;

namespace BugZoo.Tasks;

/// <summary>All that wait for an item of a channel are told of one, and each takes it to be his.</summary>
internal static class TwoReadersOneItem
{
    public static void Buggy() => Run(static async reader =>
    {
        if (!await reader.WaitToReadAsync())
        {
            return 0;
        }

        return reader.TryRead(out int item) ? item : throw new InvalidOperationException("An item was there.");
    });

    public static void Fixed() => Run(static async reader =>
    {
        while (await reader.WaitToReadAsync())
        {
            if (reader.TryRead(out int item))
            {
                return item;
            }
        }

        return 0;
    });

    private static void Run(Func<ChannelReader<int>, Task<int>> read)
    {
        var channel = Channel.CreateUnbounded<int>();
        Task<int> first = Task.Run(() => read(channel.Reader));
        Task<int> second = Task.Run(() => read(channel.Reader));
        channel.Writer.TryWrite(1);
        channel.Writer.Complete();
        Claim.That(Task.WhenAll(first, second).GetAwaiter().GetResult().Sum() == 1, "one of them has read the item");
    }
}
