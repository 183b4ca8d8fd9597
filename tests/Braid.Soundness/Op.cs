namespace Braid.Soundness;

/// <summary>An operation of a program: one call, or one access, on a line of its own.</summary>
/// <param name="Verb">What is done.</param>
/// <param name="Thing">To which object of the program; for Start and Join the number of the thread.</param>
/// <param name="Value">What is written, put in or given; a key is 1 with an odd value and 2 with an even one.</param>
/// <param name="Limit">Milliseconds that it waits at most, or sleeps; -1 for no limit.</param>
/// <param name="Token">The object that can cancel it, or -1.</param>
internal sealed record Op(Verb Verb, int Thing, int Value = 0, int Limit = -1, int Token = -1)
{
    /// <summary>Number within the program, in the order of its text.</summary>
    public int Id { get; set; }

    public int Key => Value % 2 == 1 ? 1 : 2;
}
