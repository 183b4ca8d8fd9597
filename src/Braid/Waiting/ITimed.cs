namespace Braid.Waiting;

/// <summary>Something that ends when its time is up: an entry of the <see cref="TimeoutThread"/>.</summary>
internal interface ITimed
{
    /// <summary>The <see cref="TimeoutIndex"/> of what is not among the entries.</summary>
    const int NotSet = -1;

    /// <summary>When its time is up. It does not change while it is set.</summary>
    Deadline Deadline { get; }

    /// <summary>Its place among the alarm's entries, or <see cref="NotSet"/>. Guarded by the alarm's lock.</summary>
    int TimeoutIndex { get; set; }

    /// <summary>Its time is up. Called once by the alarm's thread, outside the alarm's lock; short, and free of user code.</summary>
    void OnTimeUp();
}
