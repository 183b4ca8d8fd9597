namespace Braid.Checking.Rewriting;

/// <summary>What the rewriter does about a call.</summary>
internal enum HookAction
{
    Leave,
    Replace,

    /// <summary>A run that reaches the call stops.</summary>
    Refuse,
}
