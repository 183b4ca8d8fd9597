using System.Numerics;

namespace Braid.Multiprocessing;

/// <summary>Arithmetic on shared values in one step.</summary>
public static class SharedExtensions
{
    /// <summary>Adds to the value in one step: no addition by another process is lost.</summary>
    /// <param name="value">The value.</param>
    /// <param name="amount">What to add; less than zero subtracts.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="OverflowException">The sum is out of the type's range; nothing is changed.</exception>
    /// <inheritdoc cref="Value{T}.Update" path="/exception"/>
    public static T Add<T>(this Value<T> value, T amount)
        where T : unmanaged, IAdditionOperators<T, T, T>
    {
        ArgumentNullException.ThrowIfNull(value);
        using (value.EnterStep())
        {
            return value.Obj.Value = checked(value.Obj.Value + amount);
        }
    }

    /// <summary>Adds to an item in one step: no addition by another process is lost.</summary>
    /// <param name="array">The array.</param>
    /// <param name="index">The index; the first is 0.</param>
    /// <param name="amount">What to add; less than zero subtracts.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    /// <inheritdoc cref="Add{T}(Value{T}, T)" path="/exception"/>
    public static T Add<T>(this Array<T> array, long index, T amount)
        where T : unmanaged, IAdditionOperators<T, T, T>
    {
        ArgumentNullException.ThrowIfNull(array);
        using (array.EnterStep())
        {
            T sum = checked(array.Obj.Read(index) + amount);
            array.Obj.Write(index, sum);
            return sum;
        }
    }
}
