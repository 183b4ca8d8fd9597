using System.Threading.Tasks.Dataflow;
using static BugZoo.Calls.Side;

namespace BugZoo.Calls;

/// <summary>ActionBlock.</summary>
internal static class ActionOperations
{
    public static IOperations Of(ExecutionDataflowBlockOptions options, bool isAsynchronous = false) =>
        new WaitingOperations<ActionUse>(() => new ActionUse(options, isAsynchronous), typeof(ActionBlock<int>), typeof(IDataflowBlock))
        {
            HasOneWriter = options.SingleProducerConstrained,
        }
            .Add("Post", Writer, it => it.Block.Post(2) ? 1 : 0)
            .Add("SendAsync", Writer, it => it.SendAsync(CancellationToken.None))
            .Add("SendAsync: token", Writer, it => it.SendAsync(it.Token))
            .Add("Complete", Neither, it => it.Block.Complete())
            .Add("Fault", Neither, it => ((IDataflowBlock)it.Block).Fault(new TimeoutException()))
            .Add("Completion", Neither, it => GC.KeepAlive(it.Block.Completion.IsCompleted))
            .Add("Completion: awaited", Neither, it => it.Block.Completion)
            .Add("InputCount", Neither, it => GC.KeepAlive(it.Block.InputCount))
            .Add("ToString", Neither, it => GC.KeepAlive(it.Block.ToString()))
            .Add("cancel", Neither, it => it.Cancel());
}
