"""Published figures: 速報, 確報, 改訂, each whole, frozen and compared with the one before."""
