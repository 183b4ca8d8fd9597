namespace Braid.Checking.Rewriting;

internal enum HookStepKind
{
    /// <summary>Moves the top of the stack to a local.</summary>
    Store,

    /// <summary>Pushes what an earlier step has stored.</summary>
    Load,

    Number,
    Null,
    Call,
}
