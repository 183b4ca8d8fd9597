using System.Threading.Tasks.Dataflow;

namespace Braid.Tests;

/// <summary>The blocks of docs/found.md.</summary>
internal static class FoundSnippets
{
    public static bool StrangeMessage()
    {
        bool isStrange = false;
        #region action block
        var block = new ActionBlock<string>(text => isStrange = text is null);
        block.Post("text");
        ((IDataflowBlock)block).Fault(new TimeoutException());      // while the block's task begins
        #endregion
        return isStrange;
    }
}
