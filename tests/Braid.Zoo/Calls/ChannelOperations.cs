using System.Threading.Channels;
using static BugZoo.Calls.Side;

namespace BugZoo.Calls;

/// <summary>Channels.</summary>
internal static class ChannelOperations
{
    /// <param name="capacity">How many items it holds.</param>
    /// <param name="mode">What happens to an item for which there is no room.</param>
    /// <param name="isSynchronous">Whether continuations may run within the call that they have waited for.</param>
    /// <param name="isForOne">Whether there are one reader and one writer at a time.</param>
    public static IOperations Bounded(int capacity, BoundedChannelFullMode mode, bool isSynchronous = false, bool isForOne = false) =>
        Of(
            dropped => Channel.CreateBounded(
                new BoundedChannelOptions(capacity)
                {
                    FullMode = mode,
                    AllowSynchronousContinuations = isSynchronous,
                    SingleReader = isForOne,
                    SingleWriter = isForOne,
                },
                dropped),
            mode == BoundedChannelFullMode.Wait ? capacity : null,
            hasOneReader: isForOne,
            hasOneWriter: isForOne);

    /// <inheritdoc cref="Bounded"/>
    public static IOperations Unbounded(bool isSynchronous = false, bool isForOne = false) =>
        Of(
            _ => Channel.CreateUnbounded<int>(new UnboundedChannelOptions
            {
                AllowSynchronousContinuations = isSynchronous,
                SingleReader = isForOne,
            }),
            waitsAt: null,
            hasOneReader: isForOne);

    /// <inheritdoc cref="Bounded"/>
    public static IOperations Prioritized(bool isSynchronous = false) =>
        Of(
            _ => Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<int>
            {
                AllowSynchronousContinuations = isSynchronous,
            }),
            waitsAt: null);

    private static WaitingOperations<ChannelUse> Of(
        Func<Action<int>, Channel<int>> create, int? waitsAt, bool hasOneReader = false, bool hasOneWriter = false) =>
        new WaitingOperations<ChannelUse>(() => new ChannelUse(create, waitsAt), typeof(ChannelReader<int>), typeof(ChannelWriter<int>))
        {
            HasOneReader = hasOneReader,
            HasOneWriter = hasOneWriter,
        }
            .Add("TryRead", Reader, it => it.Reader.TryRead(out _) ? -1 : 0)
            .Add("TryPeek", Reader, it => GC.KeepAlive(it.Reader.TryPeek(out _)))
            .Add("ReadAsync", Reader, it => it.ReadAsync(CancellationToken.None))
            .Add("ReadAsync: token", Reader, it => it.ReadAsync(it.Token))
            .Add("WaitToReadAsync", Reader, async it => await it.Reader.WaitToReadAsync())
            .Add("WaitToReadAsync: token", Reader, async it => await it.Reader.WaitToReadAsync(it.Token))
            .Add("WaitToReadAsync: and read", Reader, async it => await it.Reader.WaitToReadAsync() && it.Reader.TryRead(out _) ? -1 : 0)
            .Add("ReadAllAsync", Reader, it => it.ReadAllAsync(1, CancellationToken.None))
            .Add("ReadAllAsync: to the end", Reader, it => it.ReadAllAsync(int.MaxValue, CancellationToken.None))
            .Add("ReadAllAsync: token", Reader, it => it.ReadAllAsync(int.MaxValue, it.Token))
            .Add("TryWrite", Writer, it => it.Writer.TryWrite(2) ? 1 : 0)
            .Add("WriteAsync", Writer, it => it.WriteAsync(CancellationToken.None))
            .Add("WriteAsync: token", Writer, it => it.WriteAsync(it.Token))
            .Add("WaitToWriteAsync", Writer, async it => await it.Writer.WaitToWriteAsync())
            .Add("WaitToWriteAsync: token", Writer, async it => await it.Writer.WaitToWriteAsync(it.Token))
            .Add("WaitToWriteAsync: and write", Writer, async it => await it.Writer.WaitToWriteAsync() && it.Writer.TryWrite(2) ? 1 : 0)
            .Add("Complete", Neither, it => it.Writer.Complete())
            .Add("TryComplete", Neither, it => GC.KeepAlive(it.Writer.TryComplete()))
            .Add("TryComplete: failed", Neither, it => GC.KeepAlive(it.Writer.TryComplete(new TimeoutException())))
            .Add("Completion", Neither, it => GC.KeepAlive(it.Reader.Completion.IsCompleted))
            .Add("Completion: awaited", Neither, it => it.Reader.Completion)
            .Add("Count", Neither, it => GC.KeepAlive(it.Reader.CanCount && it.Reader.Count > 0))
            .Add("CanCount", Neither, it => GC.KeepAlive(it.Reader.CanCount))
            .Add("CanPeek", Neither, it => GC.KeepAlive(it.Reader.CanPeek))
            .Add("cancel", Neither, it => it.Cancel());
}
