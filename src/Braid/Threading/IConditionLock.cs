namespace Braid.Threading;

/// <summary>A condition's lock: it can be released completely for a wait, and restored as it was.</summary>
internal interface IConditionLock : ILock, IScoped
{
    /// <summary>Whether the caller may wait and notify. A plain lock has no owner, so for it this means that it is held.</summary>
    bool IsHeldByCaller { get; }

    /// <summary>Why it cannot be awaited; null if it can.</summary>
    string? WhyNotAwaited { get; }

    /// <summary>Releases it, however often it was acquired.</summary>
    /// <returns>How often it was acquired.</returns>
    int ReleaseAll();

    /// <summary>Blocks until it is held again to the same depth.</summary>
    void Restore(int depth);

    /// <exception cref="NotSupportedException">It belongs to a thread.</exception>
    sealed void ThrowUnlessAwaitable()
    {
        if (WhyNotAwaited is { } reason)
        {
            throw new NotSupportedException(reason);
        }
    }
}
