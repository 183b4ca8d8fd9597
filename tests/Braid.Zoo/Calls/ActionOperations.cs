using System.Threading.Tasks.Dataflow;
using static BugZoo.Calls.Side;

namespace BugZoo.Calls;

/// <summary>ActionBlock.</summary>
internal static class ActionOperations
{
    public static IOperations Of(ExecutionDataflowBlockOptions options, bool isAsynchronous = false)
    {
        Side ender = options.SingleProducerConstrained ? Writer : Neither;     // such a block takes the end from its one producer too
        WaitingOperations<ActionUse> operations = new(
            () => new ActionUse(options, isAsynchronous), typeof(ActionBlock<int>), typeof(IDataflowBlock))
        {
            HasOneWriter = options.SingleProducerConstrained,
        };
        if (options.MaxDegreeOfParallelism > 1)
        {
            // Others, while they work, let an item come that nobody has sent, or never complete (docs/found.md).
            operations.Add("Fault", ender, it => it.Fault());
        }

        return operations
            .Add("Post", Writer, it => it.Block.Post(2) ? 1 : 0)
            .Add("SendAsync", Writer, it => it.SendAsync(CancellationToken.None))
            .Add("SendAsync: token", Writer, it => it.SendAsync(it.Token))
            .Add("Complete", ender, it => it.Block.Complete())
            .Add("Completion", Neither, it => GC.KeepAlive(it.Block.Completion.IsCompleted))
            .Add("Completion: awaited", Neither, it => it.Block.Completion)
            .Add("InputCount", Neither, it => GC.KeepAlive(it.Block.InputCount))
            .Add("ToString", Neither, it => GC.KeepAlive(it.Block.ToString()))
            .Add("cancel", Neither, it => it.Cancel());
    }
}
