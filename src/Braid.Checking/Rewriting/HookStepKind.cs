namespace Braid.Checking.Rewriting;

internal enum HookStepKind
{
    /// <summary>Puts the top of the stack aside.</summary>
    Store,

    /// <summary>Pushes what was put aside.</summary>
    Load,

    Number,
    Null,
    Call,
}
