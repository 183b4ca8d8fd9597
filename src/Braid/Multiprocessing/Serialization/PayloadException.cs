namespace Braid.Multiprocessing;

/// <summary>A value cannot travel to another process, or what arrived cannot be read. The message says which value, of which type, and why.</summary>
/// <remarks>
/// <para>Thrown where the value is handed over, before anything is sent. Nothing else is touched by it: the process, the pool and the queue go on.</para>
/// <para>Python counterpart: <c>pickle.PicklingError</c>, <c>pickle.UnpicklingError</c> and the <c>TypeError: cannot pickle</c>.</para>
/// </remarks>
public sealed class PayloadException : ProcessException
{
    private const int MostSteps = 64;               // of each end of the way that are kept

    private readonly string _reason;
    private readonly string _subject;
    private readonly List<string> _steps = [];       // innermost first; written, like the next field, by the one thread that looks for a handler, before anybody else has the exception
    private int _stepsLeftOut;                       // between the two ends: a chain of 10,000 objects would make an exception too large to travel

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

    /// <summary>The type of the value that cannot travel, or that was sent where another type is read; null where what arrived is damaged.</summary>
    public string? TypeName { get; }

    /// <summary>The way to the value from what was handed over, outermost step first: captured variables, fields, elements. Empty for the value itself; of a long way the first and the last 64 steps, and between them how many there are more.</summary>
    public IReadOnlyList<string> Path => Ends(MostSteps);

    /// <summary>A refusal: values of the type stay in their process.</summary>
    internal static PayloadException CannotTravel(Type type, string reason, Exception? innerException = null) =>
        new($" (type {TypeText.Of(type)}) cannot travel to another process: ", reason, TypeText.Of(type), innerException);

    /// <summary>What arrived is whole, and something else than its reader asked for.</summary>
    internal static PayloadException OtherType(string sent, string wanted, string advice) =>
        new($" was sent as {sent}, and is to be read as {wanted}. ", advice, sent);

    /// <summary>What arrived is not what was written: cut off, overwritten, or never a payload.</summary>
    internal static PayloadException Damaged(string what) =>
        new($"The payload is damaged: {what}. It was cut off or overwritten on its way, or it was written by another version of the program.");

    /// <summary>Notes one more step of the way to the value, in the filter of a handler that never is one: catching and throwing again at every level of a deep value would need more stack than it had.</summary>
    /// <returns>False.</returns>
    internal bool RecordStep(string? step)
    {
        if (step is not null)
        {
            _steps.Add(step);
        }

        if (_steps.Count > 2 * MostSteps)
        {
            _steps.RemoveAt(MostSteps);
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
