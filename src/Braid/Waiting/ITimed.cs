namespace Braid.Waiting;

/// <summary>An operation that ends when its time is up: an entry of the <see cref="TimeoutThread"/>.</summary>
internal interface ITimed
{
    /// <summary>The <see cref="TimeoutIndex"/> of an object that is not among the entries.</summary>
    const int NotSet = -1;

    /// <summary>When its time is up. It does not change while it is set.</summary>
    Deadline Deadline { get; }

    /// <summary>Its index among the timeout thread's entries, or <see cref="NotSet"/>. Guarded by the timeout thread's lock.</summary>
    int TimeoutIndex { get; set; }

    /// <summary>Its time is up. Called once by the timeout thread, outside its lock; must be short, and run no user code.</summary>
    void OnTimeUp();
}
