namespace Braid.Checking.Rewriting;

/// <summary>What the rewriter does about a call.</summary>
internal enum HookAction
{
    Leave,
    Replace,

    /// <summary>The run stops when it comes there.</summary>
    Refuse,
}
