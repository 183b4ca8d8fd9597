namespace Braid.Multiprocessing;

/// <summary>
/// A value cannot travel to another process, or what arrived cannot be read. The message says which value, of which type, and why.
/// </summary>
/// <remarks>
/// <para>Thrown when the value is handed over, before anything is sent. The process, the pool and the queue are not affected.</para>
/// <para>Python counterpart: <c>pickle.PicklingError</c>, <c>pickle.UnpicklingError</c> and <c>TypeError: cannot pickle</c>.</para>
/// </remarks>
public sealed class PayloadException : ProcessException
{
    private const int MaxSteps = 64;               // kept at each end of the path

    private readonly string _reason;
    private readonly string _subject;
    // innermost first; written, like the next field, by the one thread that looks for a handler, before any other code sees the exception
    private readonly List<string> _steps = [];
    private int _stepsLeftOut;   // between the two ends: with a chain of 10,000 objects the exception would be too large to travel

    internal PayloadException(string reason, Exception? innerException = null)
        : base(reason, innerException)
    {
        _reason = reason;
        _subject = "";
    }

    private PayloadException(string subject, string reason, string? typeName, Exception? innerException = null)
        : base(reason, innerException)
    {
        _subject = subject;
        _reason = reason;
        TypeName = typeName;
    }

    /// <summary>What could not be written or read, where it is, and why.</summary>
    public override string Message
    {
        get
        {
            const int Few = 6;
            string place = string.Join(", ", Ends(Few));
            return _subject.Length == 0
                ? _reason + (place.Length == 0 ? "" : $" (At: {place}.)")
                : $"{(place.Length == 0 ? "The value" : char.ToUpperInvariant(place[0]) + place[1..])}{_subject}{_reason}";
        }
    }

    /// <summary>
    /// The type of the value that cannot travel, or that was sent as another type than the reader's; null if the payload is damaged.
    /// </summary>
    public string? TypeName { get; }

    /// <summary>
    /// The path from the value that was handed over to the one that failed, outermost step first: captured variables, fields, elements.
    /// Empty for the value itself; for a long path, the first and the last 64 steps with the number of those left out between them.
    /// </summary>
    public IReadOnlyList<string> Path => Ends(MaxSteps);

    /// <summary>A refusal: values of the type cannot leave their process.</summary>
    internal static PayloadException CannotTravel(Type type, string reason, Exception? innerException = null) =>
        new($" (type {TypeText.Of(type)}) cannot travel to another process: ", reason, TypeText.Of(type), innerException);

    /// <summary>What arrived is intact, but of another type than its reader asked for.</summary>
    internal static PayloadException OtherType(string sent, string wanted, string advice) =>
        new($" was sent as {sent}, and is to be read as {wanted}. ", advice, sent);

    /// <summary>What arrived is not what was written: it was cut off or overwritten, or never was a payload.</summary>
    internal static PayloadException Damaged(string what) =>
        new(
            $"The payload is damaged: {what}. It was cut off or overwritten on its way, or it was written by another version of the " +
            "program.");

    /// <summary>
    /// Records one more step of the path to the value, from an exception filter that never catches: catching and rethrowing at every level
    /// of a deep value would need more stack than there is.
    /// </summary>
    /// <returns>False.</returns>
    internal bool RecordStep(string? step)
    {
        if (step is not null)
        {
            _steps.Add(step);
        }

        if (_steps.Count > 2 * MaxSteps)
        {
            _steps.RemoveAt(MaxSteps);
            _stepsLeftOut++;
        }

        return false;
    }

    private string[] Ends(int most)
    {
        int leftOut = _stepsLeftOut + Math.Max(0, _steps.Count - (2 * most));
        IEnumerable<string> path = Enumerable.Reverse(_steps);
        return leftOut == 0 ? [.. path] : [.. path.Take(most), $"{leftOut} steps more", .. path.TakeLast(most)];
    }
}
