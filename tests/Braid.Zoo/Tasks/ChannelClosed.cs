using System.Threading.Channels;

namespace BugZoo.Tasks;

/// <summary>The reader closes a bounded channel while a writer waits for room.</summary>
internal static class ChannelClosed
{
    public static void Buggy() => Run(static async (channel, item) => await channel.Writer.WriteAsync(item));

    public static void Fixed() => Run(static async (channel, item) =>
    {
        while (await channel.Writer.WaitToWriteAsync())
        {
            if (channel.Writer.TryWrite(item))
            {
                return;
            }
        }
    });

    private static void Run(Func<Channel<int>, int, Task> write)
    {
        Channel<int> channel = Channel.CreateBounded<int>(1);
        Task writer = Task.Run(async () =>
        {
            await write(channel, 1);
            await write(channel, 2);
        });
        channel.Reader.ReadAsync().AsTask().Wait();
        channel.Writer.Complete();
        writer.GetAwaiter().GetResult();
    }
}
