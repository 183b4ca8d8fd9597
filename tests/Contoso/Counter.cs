namespace Contoso;

/// <summary>Adds without a lock, and takes two locks in both orders.</summary>
public sealed class Counter
{
    private readonly object _left = new();
    private readonly object _right = new();

    private int _number;

    public int Number => _number;

    public void Add() => _number++;

    public void LeftThenRight()
    {
        lock (_left)
        {
            lock (_right)
            {
                _number++;
            }
        }
    }

    public void RightThenLeft()
    {
        lock (_right)
        {
            lock (_left)
            {
                _number++;
            }
        }
    }
}
