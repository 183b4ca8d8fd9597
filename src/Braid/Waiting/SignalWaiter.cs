using System.Threading.Tasks.Sources;

namespace Braid.Waiting;

/// <summary>An await that learns only whether it was granted.</summary>
internal class SignalWaiter : AsyncWaiter, IValueTaskSource, IValueTaskSource<bool>
{
    public static SignalWaiter Rent() => WaiterPool<SignalWaiter>.Rent() ?? new SignalWaiter();

    /// <summary>The wait as one that ends with an exception or a grant.</summary>
    public ValueTask AsTask() => new(this, Version);

    /// <summary>The wait as one that may time out (false).</summary>
    public ValueTask<bool> AsTryTask() => new(this, Version);

    void IValueTaskSource.GetResult(short token) => Finish(token);

    bool IValueTaskSource<bool>.GetResult(short token) => Finish(token);

    protected override void Recycle() => WaiterPool<SignalWaiter>.Return(this);
}
