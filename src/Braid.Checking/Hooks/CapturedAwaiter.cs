using System.Runtime.CompilerServices;

namespace Braid.Checking.Hooks;

/// <summary>What the real builder of an async method is given in the place of the program's awaiter: keeps what is to be called when the method goes on.</summary>
internal struct CapturedAwaiter : ICriticalNotifyCompletion
{
    /// <summary>The box's own action.</summary>
    public Action Action { get; private set; }

    public void OnCompleted(Action continuation) => Action = continuation;

    public void UnsafeOnCompleted(Action continuation) => Action = continuation;
}
