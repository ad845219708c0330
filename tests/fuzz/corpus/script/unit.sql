\sleep :x foo
