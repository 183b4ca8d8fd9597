namespace Contoso;

/// <summary>Adds without a lock, and takes two locks in both orders.</summary>
public sealed class Counter
{
    private readonly object _left = new();
    private readonly object _right = new();

    public int Number { get; private set; }

    public void Add() => Number++;

    public void LeftThenRight()
    {
        lock (_left)
        {
            lock (_right)
            {
                Number++;
            }
        }
    }

    public void RightThenLeft()
    {
        lock (_right)
        {
            lock (_left)
            {
                Number++;
            }
        }
    }
}
