namespace Contoso;

/// <summary>A program that is right.</summary>
public static class Locked
{
    public static void TwoAdders()
    {
        var counter = new Counter();
        var other = new Thread(counter.LeftThenRight);
        other.Start();
        counter.LeftThenRight();
        other.Join();
        if (counter.Number != 2)
        {
            throw new InvalidOperationException($"The number is {counter.Number}.");
        }
    }
}
