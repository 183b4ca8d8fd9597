using System.Threading.Tasks.Dataflow;
using static BugZoo.Calls.Side;

namespace BugZoo.Calls;

/// <summary>BufferBlock.</summary>
internal static class BufferOperations
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(5);

    /// <inheritdoc cref="BufferUse(int, bool)"/>
    public static IOperations Of(int capacity = DataflowBlockOptions.Unbounded, bool isCancellable = false) =>
        new WaitingOperations<BufferUse>(
            () => new BufferUse(capacity, isCancellable), typeof(BufferBlock<int>), typeof(IDataflowBlock), typeof(DataflowBlock))
            .Add("TryReceive", Reader, it => it.TryReceive())
            .Add("TryReceive: filter", Reader, it => it.TryReceive(static item => item == 2))
            .Add("TryReceiveAll", Reader, it => it.TryReceiveAll())
            .Add("Receive", Reader, it => BufferUse.Received(Task.Run(() => it.Block.Receive())))
            .Add("Receive: token", Reader, it => BufferUse.Received(Task.Run(() => it.Block.Receive(it.Token))))
            .Add("Receive: limit", Reader, it => BufferUse.Received(Task.Run(() => it.Block.Receive(s_limit))))
            .Add("ReceiveAsync", Reader, it => BufferUse.Received(it.Block.ReceiveAsync()))
            .Add("ReceiveAsync: token", Reader, it => BufferUse.Received(it.Block.ReceiveAsync(it.Token)))
            .Add("ReceiveAsync: limit", Reader, it => BufferUse.Received(it.Block.ReceiveAsync(s_limit)))
            .Add("ReceiveAllAsync", Reader, it => it.ReceiveAllAsync(1))
            .Add("ReceiveAllAsync: to the end", Reader, it => it.ReceiveAllAsync(int.MaxValue))
            .Add("OutputAvailableAsync", Reader, it => it.Block.OutputAvailableAsync())
            .Add("OutputAvailableAsync: token", Reader, it => it.Block.OutputAvailableAsync(it.Token))
            .Add("LinkTo", Neither, it => it.Block.LinkTo(it.Next).Dispose())
            .Add("LinkTo: filter", Neither, it => it.Block.LinkTo(it.Next, static item => item == 2).Dispose())
            .Add("LinkTo: one message", Neither, it => GC.KeepAlive(it.Block.LinkTo(it.Next, new DataflowLinkOptions { MaxMessages = 1 })))
            .Add("Post", Writer, it => it.Block.Post(2) ? 1 : 0)
            .Add("SendAsync", Writer, it => it.SendAsync(CancellationToken.None))
            .Add("SendAsync: token", Writer, it => it.SendAsync(it.Token))
            .Add("Complete", Neither, it => it.Block.Complete())
            .Add("Fault", Neither, it => it.Fault())
            .Add("Completion", Neither, it => GC.KeepAlive(it.Block.Completion.IsCompleted))
            .Add("Completion: awaited", Neither, it => it.Block.Completion)
            .Add("Count", Neither, it => GC.KeepAlive(it.Block.Count))
            .Add("ToString", Neither, it => GC.KeepAlive(it.Block.ToString()))
            .Add("cancel", Neither, it => it.Cancel());
}
